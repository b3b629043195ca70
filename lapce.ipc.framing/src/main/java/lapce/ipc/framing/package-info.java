/// The canonical frame: 24 bytes of header, then the payload, together one message of a stream. Integers are
/// little-endian. `doc/wire.md` is normative.
///
/// | offset | bytes | field          | must be                                      | else it is refused as     |
/// |-------:|------:|----------------|----------------------------------------------|---------------------------|
/// |      0 |     4 | magic          | `0x4C415043`, on the wire `43 50 41 4C`      | `BAD_MAGIC`               |
/// |      4 |     1 | version        | 1                                            | `UNSUPPORTED_VERSION`     |
/// |      5 |     1 | flags          | without bits 6 and 7                         | `RESERVED_FLAGS`          |
/// |        |       |                | without bit 1, encrypted                     | `ENCRYPTED`               |
/// |        |       |                | without bit 0, compressed                    | `COMPRESSED`              |
/// |      6 |     2 | type           | anything                                     |                           |
/// |      8 |     4 | payload length | at most 10 MiB, and so the bytes there       | `PAYLOAD_TOO_LONG`        |
/// |        |       |                | the bytes there                              | `PAYLOAD_LENGTH_MISMATCH` |
/// |     12 |     8 | id             | anything                                     |                           |
/// |     20 |     4 | CRC32          | that of header and payload, itself read as 0 | `BAD_CHECKSUM`            |
///
/// A message shorter than a header is refused as `TRUNCATED_HEADER`. The checks are made from top to bottom and the
/// first that fails is counted; then the stream is closed and the error thrown, or the frame is left out, as
/// [lapce.ipc.api.Framer.OnCorruptFrame] says.
///
/// Shared memory may change while it is read, so no checksum is computed there. The receiving side copies a message
/// first and checks the copy, which is what the program gets. The sending side computes the checksum over a buffer of
/// its own and writes the bytes of that buffer; only when it has to wait for room, or the frame is longer than a claim,
/// the payload is sent from where it lies and must not change before it was sent.
///
/// | class | knows |
/// |---|---|
/// | [CanonicalFramer] | the two sides |
/// | [SendingSide], [FrameEncoder] | how a frame gets into the stream, how it is built |
/// | [ReceivingSide] | what a bad frame does |
/// | [PrivateCopy], [FrameDecoder], [ReceivedFrame] | the copy, its checks, the view of it |
/// | [FrameBuffer] | private memory, and the checksum of what lies there |
/// | [FrameHeader] | where the fields lie |
package lapce.ipc.framing;
