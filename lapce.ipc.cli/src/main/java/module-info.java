/// The command `lapce-ipc`: tries, measures and uses the library from a shell.
///
/// Start with [lapce.ipc.cli.Main]. It is a program like any other: it knows the API and no transport. The image that
/// the build makes of it grants native access to `lapce.ipc.shm.linux`.
module lapce.ipc.cli {
    requires lapce.ipc.api;
    requires info.picocli;
    requires com.fasterxml.jackson.jr.ob;
    requires HdrHistogram;

    uses lapce.ipc.api.spi.TransportProvider; // asked what lies around

    opens lapce.ipc.cli to
            info.picocli, // sets options and parameters
            com.fasterxml.jackson.jr.ob; // reads and writes the reports
}
