package lapce.ipc.shm.windows;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.Parker;
import lapce.ipc.shm.Region;
import lapce.ipc.shm.Registry;

/// Keeps regions that this process has made and closed for as long as they have their names: a client may have sent and closed before the
/// server opens what it made, and here memory goes with its last handle, name or no name. Others take names away without saying so, so it
/// looks whenever something is made, closed or taken away. Any thread.
final class Keeper {
    private final Kernel32 kernel;
    private final Registry registry;
    private final Map<String, Kept> kept = new HashMap<>(); // by the region's name

    private record Kept(String object, Arena handle) {}

    Keeper(Kernel32 kernel, Registry registry) {
        this.kernel = kernel;
        this.registry = registry;
    }

    /// The same region, which is kept when it is closed.
    ///
    /// @param object what its name stands for
    Region kept(Region region, String name, String object) {
        return new Region() {
            @Override
            public MemorySegment memory() {
                return region.memory();
            }

            @Override
            public Parker parker(long offset) {
                return region.parker(offset);
            }

            @Override
            public void close() {
                keep(name, object);
                region.close();
            }
        };
    }

    /// While the region is open.
    private synchronized void keep(String name, String object) {
        letGo();
        if (!kept.containsKey(name) && isNamed(name, object)) {
            Arena handle = Arena.ofShared();
            try {
                kernel.openFileMapping(WindowsPlatform.SECTION + object, handle);
                kept.put(name, new Kept(object, handle));
            } catch (Kernel32.Failed e) {
                handle.close(); // then it goes, as that of a process that ends
            }
        }
    }

    /// Lets what has lost its name go.
    synchronized void letGo() {
        for (Iterator<Map.Entry<String, Kept>> entries = kept.entrySet().iterator(); entries.hasNext(); ) {
            Map.Entry<String, Kept> entry = entries.next();
            if (!isNamed(entry.getKey(), entry.getValue().object)) {
                entries.remove();
                entry.getValue().handle.close();
            }
        }
    }

    private boolean isNamed(String name, String object) {
        try {
            return object.equals(registry.find(name));
        } catch (IpcException e) {
            return true; // it may be there all the same
        }
    }
}
