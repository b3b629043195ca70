package lapce.ipc.test.contract;

/// What every transport does, all in one: a class that implements it, and only names its scheme, proves a transport of one's own.
/// `doc/lapce.ipc.test.md` shows one.
///
/// What is asked for is promised by the API's documentation. A transport that pollers can watch implements [PollerContract]
/// beside it. Where its provider gives an `unsupportedReason`, everything is skipped.
///
/// Some tests see that a thread waits: by its state, or, if it waits in a native call, by a method on its stack whose class has a
/// name that ends with `Parker`.
public interface TransportContract
        extends StreamContract, StreamProperties, ListenerContract, VirtualThreadContract, StressContract {}
