package lapce.ipc.cli;

/// Tells on standard error how far a command is: on a terminal in one line that is overwritten, else line by line.
/// Java cannot tell whether standard error is a terminal, so the launcher does.
final class Progress implements AutoCloseable {
    private static final boolean TERMINAL = Boolean.getBoolean("lapce.ipc.cli.terminal");
    private static final String START_OF_LINE = "\r";
    private static final String ERASE_TO_END = "\033[K";

    private boolean lineIsOpen;

    void update(String text) {
        if (TERMINAL) {
            System.err.print(START_OF_LINE + text + ERASE_TO_END);
            System.err.flush();
            lineIsOpen = true;
        } else {
            System.err.println(text);
        }
    }

    /// Leaves a clean line for what follows.
    @Override
    public void close() {
        if (lineIsOpen) {
            System.err.print(START_OF_LINE + ERASE_TO_END);
            System.err.flush();
            lineIsOpen = false;
        }
    }
}
