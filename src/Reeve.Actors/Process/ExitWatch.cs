using System.Runtime.InteropServices;

namespace Reeve.Actors.Process;

/// <summary>
/// Notices the end of processes that are no children of this one. One thread waits on their process descriptors; the kernel wakes it
/// at the end of each. Where the kernel gives no descriptor it looks four times a second.
/// </summary>
internal sealed partial class ExitWatch : IDisposable
{
    private const int PidfdOpen = 434;
    private const short PollIn = 1;
    private const int LookEveryMilliseconds = 250;
    private readonly Lock _gate = new();
    private readonly List<Watched> _watched = [];
    private Thread? _thread;
    private bool _disposed;

    /// <summary>
    /// Ends when the process does; cancelled when the watch is disposed first. The exit code goes to a process's parent only.
    /// </summary>
    public Task<int?> ExitOfAsync(ProcessIdentity identity)
    {
        var descriptor = (int)Open(PidfdOpen, identity.Pid, 0);
        var exited = new TaskCompletionSource<int?>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_gate)
        {
            if (_disposed)
            {
                CloseIfOpen(descriptor);
                exited.SetCanceled();
                return exited.Task;
            }

            _watched.Add(new Watched(identity, descriptor, exited));
            if (_thread is null)
            {
                _thread = new Thread(Watch) { IsBackground = true, Name = "reeve exit watch" };
                _thread.Start();
            }
        }

        return exited.Task;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Thread? thread;
        lock (_gate)
        {
            _disposed = true;
            thread = _thread;
        }

        thread?.Join();
    }

    private void Watch()
    {
        while (true)
        {
            Watched[] watched;
            lock (_gate)
            {
                if (_disposed)
                {
                    foreach (var one in _watched)
                    {
                        CloseIfOpen(one.Descriptor);
                        one.Exited.TrySetCanceled();
                    }

                    _watched.Clear();
                    return;
                }

                watched = [.. _watched];
            }

            // A negative descriptor is passed over by poll, so processes without one are only looked at below.
            var polls = Array.ConvertAll(watched, one => new PollDescriptor { Descriptor = one.Descriptor, Events = PollIn });
            _ = Poll(polls, (nuint)polls.Length, LookEveryMilliseconds);
            foreach (var one in watched.Where(one => !ProcessTable.IsAlive(one.Identity)))
            {
                lock (_gate)
                {
                    _watched.Remove(one);
                }

                CloseIfOpen(one.Descriptor);
                one.Exited.TrySetResult(null);
            }
        }
    }

    private static void CloseIfOpen(int descriptor)
    {
        if (descriptor >= 0)
        {
            _ = Close(descriptor);
        }
    }

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial long Open(long number, int pid, uint flags);

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll([In, Out] PollDescriptor[] descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "close", SetLastError = true)]
    private static partial int Close(int descriptor);

    private sealed record Watched(ProcessIdentity Identity, int Descriptor, TaskCompletionSource<int?> Exited);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollDescriptor
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
