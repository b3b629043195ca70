/// A queue of messages from one producer to one consumer, each in a process of its own.
///
/// Positions are monotonic 64-bit counts of bytes; an index is a position modulo the capacity, which is a power of two.
/// Where the words lie says [lapce.ipc.shm.layout.RingLayout], what a record is [lapce.ipc.shm.layout.RecordHeader].
///
/// 1. The producer makes sure that the record fits behind the consumer, by its cached copy of the consumed position
///    first and by the shared word (acquire) if that is not enough.
/// 2. It writes the record at its index, a padding record before it where the end of the ring is too short, then moves
///    the position past both (release).
/// 3. The consumer reads the position (acquire), so it sees whole records up to there.
/// 4. It hands the bytes out where they lie, then moves the consumed position past them (release).
///
/// A message of up to half the capacity is one record; a longer one is fragments, which the consumer joins in memory of
/// its own that grows with the bytes that have come.
///
/// **Assumes** one producer thread and one consumer thread at a time.
/// **Guarantees** whole messages, in order, or an exception. A producer that dies before step 2 ends leaves nothing
/// visible; a consumer that dies before step 4 ends leaves the record in place. Every word and header written by the
/// peer is checked before use: an impossible one is a [lapce.ipc.api.CorruptStreamException].
///
/// Waking is not done here, but by the stream that owns both ends.
package lapce.ipc.shm.ring;
