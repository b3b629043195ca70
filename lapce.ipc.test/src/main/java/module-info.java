/// What every transport must do, as interfaces of tests: a class that implements one runs all of it. Start with
/// [lapce.ipc.test.contract.TransportContract]. It knows the API and no transport; nothing but tests depends on it.
open module lapce.ipc.test { // open: the test engines call what they find
    requires transitive lapce.ipc.api;
    requires static lapce.ipc.framing; // these three for the tests of this build, which are compiled into this module
    requires static lapce.ipc.shm;
    requires static lapce.ipc.shm.linux;
    requires transitive net.jqwik.api;
    requires transitive org.junit.jupiter.api;

    exports lapce.ipc.test.contract;

    provides org.junit.jupiter.api.extension.Extension with
            lapce.ipc.test.process.Crashes; // for every test of this module

    uses lapce.ipc.api.spi.TransportProvider; // asked what lies around
}
