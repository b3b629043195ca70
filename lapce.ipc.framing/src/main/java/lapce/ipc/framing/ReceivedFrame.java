package lapce.ipc.framing;

import java.lang.foreign.MemorySegment;
import lapce.ipc.api.Frame;
import lapce.ipc.api.MessageType;

/// The frame in a private copy that was checked. One object for all frames of a receiving side.
final class ReceivedFrame implements Frame {
    private final PrivateCopy copy;
    private MessageType type = MessageType.DATA; // the last one asked for, so a run of one type allocates nothing

    ReceivedFrame(PrivateCopy copy) {
        this.copy = copy;
    }

    @Override
    public MessageType type() {
        int code = FrameHeader.type(copy.segment());
        if (type.code() != code) {
            type = new MessageType(code);
        }
        return type;
    }

    @Override
    public int flags() {
        return FrameHeader.flags(copy.segment());
    }

    @Override
    public long id() {
        return FrameHeader.id(copy.segment());
    }

    @Override
    public MemorySegment payload() {
        return copy.segment().asSlice(HEADER_BYTES, payloadLength()).asReadOnly();
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
