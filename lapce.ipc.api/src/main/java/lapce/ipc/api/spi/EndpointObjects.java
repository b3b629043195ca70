package lapce.ipc.api.spi;

import java.util.List;
import java.util.Objects;

/// What this user has in shared memory for one endpoint of one session, be its server alive or not.
///
/// @param session the session
/// @param endpoint the name
/// @param base what the names of its objects start with, which also tells starts of the machine apart
/// @param life what is known of its server
/// @param holder what the holder of the name noted of itself, for people; empty if nobody holds it
/// @param objects the names of the objects
public record EndpointObjects(String session, String endpoint, String base, Life life, String holder, List<String> objects) {
    /// What is known of a server.
    public enum Life {
        /// It holds the name.
        SERVING,
        /// It has given up the name, and has streams still.
        ENDING,
        /// Nobody holds a lock: these objects are left over.
        DEAD
    }

    /// Copies the list.
    public EndpointObjects {
        Objects.requireNonNull(session, "session");
        Objects.requireNonNull(endpoint, "endpoint");
        Objects.requireNonNull(base, "base");
        Objects.requireNonNull(life, "life");
        Objects.requireNonNull(holder, "holder");
        objects = List.copyOf(objects);
    }
}
