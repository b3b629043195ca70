/// What a module provides to be found by [lapce.ipc.api.Ipc] and [lapce.ipc.api.Framer]. Programs do not use it.
package lapce.ipc.api.spi;
