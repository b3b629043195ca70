package lapce.ipc.cli;

import picocli.CommandLine.Command;

/// Measurements of many connections.
@Command(
        name = "bench",
        description = "Measures many connections to one server, between processes that it starts.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            BenchScaleCommand.class,
            BenchFairCommand.class,
            BenchIdleCommand.class,
            BenchConnectCommand.class,
            BenchDeathCommand.class
        })
final class BenchCommand {}
