using Reeve.Languages.Streams.Values;

namespace Reeve.Languages.Tests.Streams;

public sealed class KeywordTests
{
    [Fact]
    public void Ever_new_names_fill_nothing_and_a_name_in_use_stays_one_object()
    {
        var kept = Keyword.Of("rack-of-the-first");

        for (var i = 0; i < 400_000; i++)
        {
            Keyword.Of("flood-" + i);
            if (i % 40_000 == 0)
            {
                GC.Collect();
            }
        }

        Assert.Same(kept, Keyword.Of("rack-of-the-first"));
        Assert.Same(Keyword.Host, Keyword.Of("host"));
        Assert.InRange(Keyword.Known, 1, 300_000);
    }

    [Fact]
    public async Task One_name_asked_for_at_once_is_one_object()
    {
        for (var round = 0; round < 200; round++)
        {
            var name = "shared-" + round;
            var both = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => Keyword.Of(name))));
            Assert.All(both, word => Assert.Same(both[0], word));
        }
    }
}
