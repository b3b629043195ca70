package lapce.ipc.api;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import java.lang.foreign.MemorySegment;

/// A frame as it was received and checked. It is a private copy, reused by its [Framer]: valid until the next frame is
/// received there. The bytes of a frame are defined in `doc/wire.md`.
public interface Frame {
    /// Bytes in front of the payload.
    int HEADER_BYTES = 24;

    /// Longest payload: 10 MiB.
    int MAX_PAYLOAD_LENGTH = 10 << 20;

    /// Flag: the payload is compressed. Refused until a codec is configured.
    int COMPRESSED = 0x01;

    /// Flag: the payload is encrypted. Reserved, refused.
    int ENCRYPTED = 0x02;

    /// Flag: the frame is part of a stream of frames.
    int PART_OF_STREAM = 0x04;

    /// Flag: the frame is urgent.
    int PRIORITY = 0x08;

    /// Flag: the sender expects a response.
    int REQUEST = 0x10;

    /// Flag: the frame answers the request of the same id.
    int IS_RESPONSE = 0x20;

    /// What kind of message this is.
    ///
    /// @return the type
    MessageType type();

    /// The flags, bits as named above.
    ///
    /// @return 0 to 63
    int flags();

    /// The message id, an unsigned 64-bit number.
    ///
    /// @return the id
    long id();

    /// The payload, read only.
    ///
    /// @return a view of [#payloadLength()] bytes, valid until the next frame is received
    MemorySegment payload();

    /// How many bytes the payload has.
    ///
    /// @return 0 to [#MAX_PAYLOAD_LENGTH]
    int payloadLength();

    /// The payload, to keep.
    ///
    /// @return a new array
    default byte[] toByteArray() {
        return payload().toArray(JAVA_BYTE);
    }
}
