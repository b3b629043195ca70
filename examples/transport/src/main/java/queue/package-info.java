/// A transport of one's own: queues within one process, and nothing of lapce-ipc but its API.
package queue;
