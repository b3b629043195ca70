/// What every implementation must do, as interfaces of tests: a class that implements one runs all of it. Start with
/// [lapce.ipc.test.contract.StreamContract]. Nothing depends on this module.
open module lapce.ipc.test { // open: the test engines call what they find
    requires transitive lapce.ipc.api;
    requires lapce.ipc.framing;
    requires lapce.ipc.shm;
    requires lapce.ipc.shm.linux; // for the tests, which are compiled into this module
    requires transitive net.jqwik.api;
    requires transitive org.junit.jupiter.api;

    exports lapce.ipc.test.contract;

    provides org.junit.jupiter.api.extension.Extension with
            lapce.ipc.test.process.Crashes; // for every test of this module

    uses lapce.ipc.api.spi.TransportProvider; // asked what lies around
}
