package lapce.ipc.api;

import java.util.regex.Pattern;

/// The parts of an endpoint as a user writes it.
record Endpoint(String scheme, String name) {
    static final String DEFAULT_SCHEME = "shm";

    /// `~` stays out: it separates the parts of an object's name, so `a` can never match `a.b`.
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private static final Pattern SCHEME = Pattern.compile("[a-z][a-z0-9+.-]*");

    static Endpoint parse(String endpoint) {
        int colon = endpoint.indexOf(':');
        String scheme = colon < 0 ? DEFAULT_SCHEME : endpoint.substring(0, colon);
        String name = endpoint.substring(colon + 1);
        if (name.startsWith("/")) {
            name = name.substring(1);
        }
        if (!SCHEME.matcher(scheme).matches()) {
            throw new IllegalArgumentException(
                    "endpoint scheme must be lower-case letters, such as shm or mem: endpoint=" + endpoint);
        }
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "endpoint name must be 1 to 64 letters, digits, '.', '_' or '-': endpoint=" + endpoint);
        }
        return new Endpoint(scheme, name);
    }

    static String checkSession(String session) {
        if (!NAME.matcher(session).matches()) {
            throw new IllegalArgumentException("session must be 1 to 64 letters, digits, '.', '_' or '-', in "
                    + "LAPCE_IPC_SESSION as in options: session=" + session);
        }
        return session;
    }
}
