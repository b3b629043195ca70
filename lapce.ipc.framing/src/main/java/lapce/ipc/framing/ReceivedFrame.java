package lapce.ipc.framing;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageType;

/// The frame in a private copy that was checked. One object for all frames of a receiving side.
final class ReceivedFrame implements Frame {
    private final PrivateCopy copy;
    private final FrameDecoder decoder;
    private MessageType type = MessageType.DATA; // the last one asked for, so a run of one type allocates nothing

    ReceivedFrame(PrivateCopy copy, FrameDecoder decoder) {
        this.copy = copy;
        this.decoder = decoder;
    }

    @Override
    public MessageType type() {
        int code = decoder.type();
        if (type.code() != code) {
            type = new MessageType(code);
        }
        return type;
    }

    @Override
    public int flags() {
        return decoder.flags();
    }

    @Override
    public long id() {
        return decoder.id();
    }

    @Override
    public MemorySegment payload() {
        return copy.segment().asSlice(copy.start() + HEADER_BYTES, payloadLength()).asReadOnly();
    }

    @Override
    public int payloadLength() {
        return copy.messageLength() - HEADER_BYTES; // which the header's field was checked against
    }

    @Override
    public String toString() {
        return "Frame[type=" + type() + ", flags=0x" + Integer.toHexString(flags()) + ", id="
                + Long.toUnsignedString(id()) + ", payloadLength=" + payloadLength() + "]";
    }
}
