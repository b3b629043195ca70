package lapce.ipc.cli;

import picocli.CommandLine.IVersionProvider;

/// The version that the build wrote into the module.
final class ModuleVersion implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String version = Main.class.getModule().getDescriptor().rawVersion().orElse("unknown");
        return new String[] {"lapce-ipc " + version + ", Java " + Runtime.version()};
    }
}
