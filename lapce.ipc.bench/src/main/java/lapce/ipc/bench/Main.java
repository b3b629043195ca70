package lapce.ipc.bench;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line of `./bench`. Exit status: 0 done, 1 failed, 2 used wrongly.
@Command(
        name = "bench",
        description = "Measures lapce-ipc beside other ways for two processes to talk, in one run.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {CompareCommand.class, ReportCommand.class, GateCommand.class, InteropCommand.class})
final class Main {
    private Main() {}

    public static void main(String[] arguments) {
        System.exit(new CommandLine(new Main())
                .setExecutionExceptionHandler((e, command, _) -> {
                    command.getErr().println("bench: " + (e.getMessage() == null ? e.toString() : e.getMessage()));
                    return command.getCommandSpec().exitCodeOnExecutionException();
                })
                .execute(arguments));
    }
}
