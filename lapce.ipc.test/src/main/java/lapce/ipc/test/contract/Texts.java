package lapce.ipc.test.contract;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import lapce.ipc.api.Poller;
import lapce.ipc.api.Stream;

/// Messages as text, in the order in which they came.
///
/// @param all the texts
record Texts(List<String> all) {
    Texts() {
        this(new ArrayList<>());
    }

    Poller.Action of(Stream stream, int limit) {
        return () -> stream.poll(
                (segment, offset, length) -> all.add(StandardCharsets.UTF_8
                        .decode(segment.asSlice(offset, length).asByteBuffer())
                        .toString()),
                limit);
    }
}
