/// Where every shared byte lies. The struct layouts here are the only place that knows an offset; `doc/shared-memory.md`
/// shows them as tables, and tests pin both. Integers are little-endian and aligned to their size.
package lapce.ipc.shm.layout;
