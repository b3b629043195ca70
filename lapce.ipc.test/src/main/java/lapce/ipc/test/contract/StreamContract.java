package lapce.ipc.test.contract;

/// What every [lapce.ipc.api.Stream] does. A class that implements it and names its scheme runs all of it.
public interface StreamContract
        extends MessageContract, TryingContract, WaitingContract, EndContract, AdapterContract {}
