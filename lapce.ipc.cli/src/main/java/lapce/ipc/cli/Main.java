package lapce.ipc.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/// The command line. Exit status: 0 done, 1 failed, 2 used wrongly.
@Command(
        name = "lapce-ipc",
        description = "Inter-process communication through shared memory.",
        mixinStandardHelpOptions = true,
        versionProvider = ModuleVersion.class,
        scope = CommandLine.ScopeType.INHERIT,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DemoCommand.class,
            ServeCommand.class,
            PingCommand.class,
            RecvCommand.class,
            SendCommand.class,
            CleanCommand.class,
            DoctorCommand.class,
            BenchCommand.class,
            ScaleServerCommand.class,
            ScaleClientCommand.class,
            ConnectClientCommand.class,
            DeathServerCommand.class,
            DeathClientCommand.class,
            DemoServerCommand.class,
            DemoClientCommand.class
        },
        footer = {
            "",
            "A NAME has 1 to 64 letters, digits, '.', '_' or '-'. It is known within one",
            "session, which the environment variable LAPCE_IPC_SESSION names."
        })
public final class Main {
    private Main() {}

    /// Runs one command and exits with its status.
    ///
    /// @param arguments the command and what belongs to it
    public static void main(String[] arguments) {
        OneLineErrors errors = new OneLineErrors();
        CommandLine command = new CommandLine(new Main())
                .setParameterExceptionHandler(errors)
                .setExecutionExceptionHandler(errors);
        System.exit(command.execute(arguments)); // ends a waiting reader of standard input too
    }
}
