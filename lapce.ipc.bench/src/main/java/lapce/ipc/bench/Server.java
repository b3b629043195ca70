package lapce.ipc.bench;

import java.io.IOException;

/// The end that counts, or sends back, what comes.
final class Server implements Link.Sink {
    private static final int BATCH = 256;

    private final Link link;
    private long answer; // a head, or 0
    private int received;
    private int batch;
    private boolean ended;

    Server(Link link) {
        this.link = link;
    }

    /// One slice: until the end of it is told.
    void serve() throws IOException {
        received = 0;
        batch = 1; // what is to be sent back comes one by one
        ended = false;
        while (!ended) {
            link.receive(this, batch);
            if (answer != 0) {
                long head = answer;
                answer = 0;
                link.send(head, Head.length(head));
            }
        }
    }

    @Override
    public void message(long head, int length) {
        if (length != Head.length(head) || answer != 0 || ended) {
            throw new IllegalStateException("not what was sent: length=" + length + ", head=0x" + Long.toHexString(head));
        }
        switch (Head.kind(head)) {
            case Head.DATA -> {
                if (Head.number(head) != received++) {
                    throw new IllegalStateException("lost or doubled: number=" + Head.number(head) + ", received=" + received);
                }
                batch = BATCH;
            }
            case Head.ECHO -> answer = head;
            case Head.END -> {
                answer = Head.of(Head.END, Head.BYTES, received);
                ended = true;
            }
            default -> throw new IllegalStateException("of no kind: head=0x" + Long.toHexString(head));
        }
    }
}
