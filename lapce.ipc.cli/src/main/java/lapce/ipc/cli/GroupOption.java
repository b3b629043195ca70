package lapce.ipc.cli;

import lapce.ipc.api.Options;
import picocli.CommandLine.Option;

/// The option of every command that binds or connects to a name the user gives.
final class GroupOption {
    @Option(
            names = "--group",
            paramLabel = "GROUP",
            defaultValue = "",
            description = "Of the users of this group, by name or number; both ends must name it (default: of this user alone).")
    private String group;

    Options of(Options options) {
        return options.withGroup(group);
    }
}
