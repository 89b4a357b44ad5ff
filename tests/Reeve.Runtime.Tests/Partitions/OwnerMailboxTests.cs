using Reeve.Core.Identity;
using Reeve.Core.Incidents;
using Reeve.Core.Journal;
using Reeve.Core.Loop;
using Reeve.Core.Matching;
using Reeve.Core.Targets;
using Reeve.Runtime.Partitions;

namespace Reeve.Runtime.Tests.Partitions;

public sealed class OwnerMailboxTests
{
    private static readonly TimeSpan _patience = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task A_flush_waits_for_all_messages_that_were_posted_before()
    {
        var ids = new IdSource(TimeProvider.System, new Random(1));
        var owner = new LoopOwner(new QuietHost(), ids, new TargetDirectory(), new BindingIndex());
        await using var mailbox = new OwnerMailbox(owner, 16, TimeProvider.System);
        var delivered = 0;
        for (var i = 0; i < 1000; i++)
        {
            mailbox.Post(_ => delivered++);
        }

        mailbox.Start();
        await mailbox.FlushAsync().WaitAsync(_patience, TimeProvider.System);

        Assert.Equal(1000, delivered);
    }

    /// <summary>A host that is never asked for anything: no signal reaches the owner.</summary>
    private sealed class QuietHost : ILoopHost
    {
        public void Commit(ChangeSet changes, Action? whenDurable) => throw new InvalidOperationException();

        public void Run(Core.Executions.Execution execution) => throw new InvalidOperationException();

        public void Decided(Approval approval) => throw new InvalidOperationException();

        public void Defer(LoopPass pass, LoopOwner owner) => throw new InvalidOperationException();
    }
}
