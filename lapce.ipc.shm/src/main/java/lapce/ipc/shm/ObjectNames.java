package lapce.ipc.shm;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The names of one endpoint's objects. All but the control region's carry the server's epoch, so that a client of a
/// dead server can never open or damage what a quickly restarted one made. `~` separates the parts and occurs in none,
/// so that `a` never matches `a.b`.
final class ObjectNames {
    static final String BIND_LOCK = "bind.lock";
    private static final String CONTROL = "~ctl";

    private static final Pattern LOCK_EPOCH = Pattern.compile("(?:server|client)\\.([0-9a-f]{16})\\..*");
    private static final Pattern REGION_EPOCH = Pattern.compile("([0-9a-f]{16})~.*");

    private static final Pattern OBJECT =
            Pattern.compile("([^~]+)-([0-9a-f]{8})~([^~]+)(?:~ctl|~[0-9a-f]{16}~s\\d+g\\d+|_locks(?:~\\d+)?)");

    private final String session;
    private final String endpoint;
    private final String behindOwner;
    private final String base;

    ObjectNames(Platform platform, String session, String endpoint) {
        this(platform, session, platform.bootId(), endpoint);
    }

    private ObjectNames(Platform platform, String session, String boot, String endpoint) {
        this.session = session;
        this.endpoint = endpoint;
        this.behindOwner = session + "-" + boot + "~" + endpoint;
        this.base = ofOwner(platform) + behindOwner;
    }

    /// What all objects of one owner start with.
    static String ofOwner(Platform platform) {
        return "lapce_ipc_" + platform.ownerId() + "_";
    }

    /// The names of the endpoint that an object belongs to, or null if its name is not one of ours.
    static @Nullable ObjectNames of(Platform platform, String object) {
        Matcher matcher = OBJECT.matcher(object.substring(ofOwner(platform).length()));
        return matcher.matches() ? new ObjectNames(platform, matcher.group(1), matcher.group(2), matcher.group(3)) : null;
    }

    /// Whether the other is of the same session and endpoint, and of another start of the machine.
    boolean isOfAnotherBoot(ObjectNames other) {
        return session.equals(other.session) && endpoint.equals(other.endpoint) && !base.equals(other.base);
    }

    String session() {
        return session;
    }

    /// What sorts and tells endpoints apart, start of the machine included.
    String base() {
        return base;
    }

    String endpoint() {
        return endpoint;
    }

    String control() {
        return base + CONTROL;
    }

    /// The control region's name, but for whose it is.
    String controlBehindOwner() {
        return behindOwner + CONTROL;
    }

    String lockDirectory() {
        return base + "_locks";
    }

    String anyRegion() {
        return base + "~";
    }

    String regionsOf(long epoch) {
        return base + "~" + hex(epoch) + "~";
    }

    String region(long epoch, int slot, int generation) {
        return regionsOf(epoch) + "s" + slot + "g" + Integer.toUnsignedString(generation);
    }

    static String serverLock(long epoch) {
        return "server." + hex(epoch) + ".lock";
    }

    static String clientLock(long epoch, int line, int generation) {
        return "client." + hex(epoch) + "." + line + "." + Integer.toUnsignedString(generation) + ".lock";
    }

    /// The epoch a lock file's name carries, or null.
    static @Nullable Long epochOfLock(String name) {
        return epoch(LOCK_EPOCH.matcher(name));
    }

    /// The epoch the name of one of this endpoint's regions carries, or null.
    @Nullable Long epochOfRegion(String name) {
        return epoch(REGION_EPOCH.matcher(name.substring(anyRegion().length())));
    }

    private static @Nullable Long epoch(Matcher matcher) {
        return matcher.matches() ? Long.parseUnsignedLong(matcher.group(1), 16) : null;
    }

    private static String hex(long epoch) {
        return "%016x".formatted(epoch);
    }
}
