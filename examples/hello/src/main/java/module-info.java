/// The smallest program that talks to another process.
module hello {
    requires lapce.ipc.api;
}
