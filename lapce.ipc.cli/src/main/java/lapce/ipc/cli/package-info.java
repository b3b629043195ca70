/// One class per command, and what they share.
///
/// | to | look at |
/// |---|---|
/// | add a command | [lapce.ipc.cli.Main] |
/// | see how a failure becomes one line and a status | [lapce.ipc.cli.OneLineErrors] |
/// | see what the demo sends and checks | [lapce.ipc.cli.DemoClientCommand], [lapce.ipc.cli.Flow] |
/// | see how a round trip is timed | [lapce.ipc.cli.RoundTrips] |
package lapce.ipc.cli;
