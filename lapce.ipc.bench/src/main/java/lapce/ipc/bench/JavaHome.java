package lapce.ipc.bench;

/// Prints where the Java lies that runs it. The build asks, since it has found one that is new enough, and `./bench` uses that.
final class JavaHome {
    private JavaHome() {}

    public static void main(String[] arguments) {
        System.out.println(System.getProperty("java.home"));
    }
}
