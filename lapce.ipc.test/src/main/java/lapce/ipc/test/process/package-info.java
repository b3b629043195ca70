/// Programs that tests start in a JVM of their own, to talk to it and to kill it.
package lapce.ipc.test.process;
