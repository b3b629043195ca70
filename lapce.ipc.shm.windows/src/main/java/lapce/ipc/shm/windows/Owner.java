package lapce.ipc.shm.windows;

/// Who may use the objects of an endpoint: one user alone.
///
/// @param sid the user's security identifier, as the system writes it
record Owner(String sid) {
    /// As it appears in names.
    String id() {
        return sid.replace('-', 'x');
    }

    /// Security of a new object, in the system's language for it: owned by the user, and a protected list, which inherits nothing, with one
    /// entry. The owner is named since an administrator's objects may belong to all administrators otherwise.
    String sddl() {
        return "O:" + sid + "D:P(A;;GA;;;" + sid + ")";
    }
}
