using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;

namespace Reeve.Senlin.Tests.Clusters;

/// <summary>The records in memory: found in every way, in the order in which they came, whatever happens to them meanwhile.</summary>
public sealed class RecordTableTests
{
    private readonly RecordTable<ProfileRecord> _table = new();

    [Fact]
    public void Records_stay_in_the_order_in_which_they_came()
    {
        var random = new Random(11);
        var expected = new List<ProfileRecord>();
        for (var step = 0; step < 5000; step++)
        {
            switch (random.Next(4))
            {
                case 0 when expected.Count > 0:
                    var at = random.Next(expected.Count);
                    expected[at] = expected[at] with { Name = $"renamed-{step % 7}" };
                    _table.Put(expected[at]);
                    break;
                case 1 when expected.Count > 0:
                    var gone = expected[random.Next(expected.Count)];
                    expected.Remove(gone);
                    Assert.Equal(gone, _table.Remove(gone.Id));
                    break;
                default:
                    expected.Add(Record($"name-{step % 5}"));
                    _table.Put(expected[^1]);
                    break;
            }

            if (step % 97 == 0)
            {
                Assert.Equal(expected, _table.All);
                var marker = expected[random.Next(expected.Count)];
                Assert.True(_table.TryAfter(marker.Id, out var after));
                Assert.Equal(expected[(expected.IndexOf(marker) + 1)..], after.Value);
                var named = expected.Where(r => r.Name == marker.Name);
                Assert.Equal(named.Order(ById.Instance), _table.Find(marker.Name).Order(ById.Instance));
            }
        }

        Assert.Equal(expected.Count, _table.Count);
    }

    [Fact]
    public void Who_reads_is_not_disturbed_by_who_writes()
    {
        ProfileRecord[] first = [.. Enumerable.Range(0, 100).Select(_ => Record("n"))];
        Array.ForEach(first, _table.Put);
        var read = _table.All;
        for (var i = 0; i < 1000; i++)
        {
            _table.Put(Record("more"));
        }

        _table.Remove(first[3].Id);
        Assert.Equal(1099, _table.All.Count);
        Assert.Equal(first, read);
    }

    [Fact]
    public void A_page_after_a_record_that_is_gone_is_said_to_be_missing()
    {
        var (one, two) = (Record("one"), Record("two"));
        _table.Put(one);
        _table.Put(two);
        _table.Remove(one.Id);

        Assert.False(_table.TryAfter(one.Id, out _));
        Assert.True(_table.TryAfter(two.Id, out var rest));
        Assert.Equal(0, rest.Value.Count);
        Assert.True(_table.TryAfter(null, out var all));
        Assert.Equal([two], all.Value);
    }

    private static ProfileRecord Record(string name) =>
        new() { Id = Uuid.New(), Name = name, Type = "os.nova.server-1.0", Spec = Json.EmptyObject };

    private sealed class ById : IComparer<ProfileRecord>
    {
        public static readonly ById Instance = new();

        public int Compare(ProfileRecord? x, ProfileRecord? y) => string.CompareOrdinal(x?.Id, y?.Id);
    }
}
