/// The seam over plain memory of one process, for `mem:`: every line above the seam runs as it does over shared memory.
/// Nothing here outlives the process, and no lock is ever lost by a death.
package lapce.ipc.shm.mem;
