package lapce.ipc.cli;

import java.util.List;

/// Which of the program's commands are the two sides of a measurement.
///
/// @param arguments those of both commands
/// @param clientJava options of the clients' Java
record Cast(String server, String client, List<String> arguments, List<String> clientJava) {}
