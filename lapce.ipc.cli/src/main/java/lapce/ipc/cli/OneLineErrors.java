package lapce.ipc.cli;

import java.io.IOException;
import picocli.CommandLine;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/// Turns what went wrong into one line on standard error and an exit status. The only place that does.
final class OneLineErrors implements IParameterExceptionHandler, IExecutionExceptionHandler {
    static final String PREFIX = "lapce-ipc: ";

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        return badUsage(e.getCommandLine(), e.getMessage());
    }

    /// The library refuses a bad endpoint name or length with an [IllegalArgumentException]; here they come from the
    /// command line. Any other unchecked exception is a defect, whose stack trace is wanted.
    @Override
    public int handleExecutionException(Exception e, CommandLine command, ParseResult result) throws Exception {
        return switch (e) {
            case IOException failure -> {
                print(failure.getMessage() == null ? failure.toString() : failure.getMessage());
                yield ExitCode.SOFTWARE;
            }
            case IllegalArgumentException misuse -> badUsage(command, misuse.getMessage());
            default -> throw e;
        };
    }

    private static int badUsage(CommandLine command, String message) {
        print(message + " (see " + command.getCommandSpec().qualifiedName() + " --help)");
        return ExitCode.USAGE;
    }

    private static void print(String message) {
        System.err.println(PREFIX + message.lines().findFirst().orElse("failed"));
    }
}
