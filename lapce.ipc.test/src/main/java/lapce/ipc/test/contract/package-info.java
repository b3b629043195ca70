/// The contracts: what every [lapce.ipc.api.Stream] and [lapce.ipc.api.Listener] does, whatever carries it. A class that
/// implements one names its scheme, and its tests run over that.
package lapce.ipc.test.contract;
