/// A queue of messages from one producer to one consumer, each in a process of its own.
///
/// Positions are monotonic 64-bit counts of bytes; an index is a position modulo the capacity, which is a power of two.
/// Where the words lie says [lapce.ipc.shm.layout.RingLayout], what a record is [lapce.ipc.shm.layout.RecordHeader].
///
/// 1. The producer makes sure that the record and one more header fit behind the consumer, by its cached copy of the consumed position
///    first and by the shared word (acquire) if that is not enough.
/// 2. It writes the record's bytes at its index, 0 where the next header will be, and the record's header (release); where the end of the
///    ring is too short it does so at the start, and then writes the header of a padding record at the end (release).
/// 3. The consumer reads the header at its position (acquire). It is 0, or the record is there: no word but the record's own changes
///    hands (ADR 15).
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
