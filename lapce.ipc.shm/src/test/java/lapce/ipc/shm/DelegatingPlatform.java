package lapce.ipc.shm;

import java.util.List;
import lapce.ipc.api.IpcException;
import lapce.ipc.shm.mem.MemPlatform;

/// A platform of plain memory, for tests that change one of its answers.
class DelegatingPlatform implements Platform {
    private final Platform memory;

    DelegatingPlatform() {
        this(new MemPlatform());
    }

    DelegatingPlatform(Platform memory) {
        this.memory = memory;
    }

    @Override
    public String ownerId() {
        return memory.ownerId();
    }

    @Override
    public Platform ofGroup(String group) throws IpcException {
        return memory.ofGroup(group);
    }

    @Override
    public List<? extends Platform> groups() throws IpcException {
        return memory.groups();
    }

    @Override
    public String othersWith(String nameBehindOwner) {
        return memory.othersWith(nameBehindOwner);
    }

    @Override
    public String bootId() {
        return memory.bootId();
    }

    @Override
    public Region create(String name, long byteSize) throws IpcException {
        return memory.create(name, byteSize);
    }

    @Override
    public Region open(String name, long byteSize) throws IpcException {
        return memory.open(name, byteSize);
    }

    @Override
    public void unlink(String name) throws IpcException {
        memory.unlink(name);
    }

    @Override
    public List<String> list(String prefix) throws IpcException {
        return memory.list(prefix);
    }

    @Override
    public LockDirectory lockDirectory(String name) {
        return memory.lockDirectory(name);
    }
}
