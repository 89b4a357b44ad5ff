using Reeve.Core.Documents;
using Reeve.Senlin.Clusters;
using Reeve.Senlin.Health;

namespace Reeve.Senlin.Tests.Health;

/// <summary>When a node that is ill is treated again, and with what.</summary>
public sealed class WatchTests
{
    private static readonly DateTimeOffset Start = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(10);
    private readonly Watch _watch = new("p", HealthSettings.Read(Json.Parse("""{"detection": {"interval": 60}, "recovery": {}}""")), Start);

    [Fact]
    public void The_first_attempt_is_at_once_and_each_further_one_later()
    {
        var waits = new List<double>();
        var now = Start;
        for (var attempt = 0; attempt < 6; attempt++)
        {
            var asked = now;
            while (_watch.NextAttempt("n", now, Longest) is null)
            {
                now += TimeSpan.FromSeconds(1);
            }

            Assert.Equal(attempt, _watch.NextAttempt("n", now, Longest));
            waits.Add((now - asked).TotalSeconds);
            _watch.Treat("n", attempt + 1, now);
        }

        Assert.Equal([0, 1, 2, 4, 8, 10], waits);
    }

    [Fact]
    public void A_node_that_was_well_for_an_interval_begins_anew()
    {
        _watch.Treat("n", 3, Start);
        _watch.Forget([Node(ClusterStatus.Active)], Start.AddSeconds(60));
        Assert.True(_watch.IsTreated("n"));
        _watch.Forget([Node(ClusterStatus.Error)], Start.AddSeconds(300));
        Assert.True(_watch.IsTreated("n"));
        _watch.Forget([Node(ClusterStatus.Active)], Start.AddSeconds(61));
        Assert.Equal(0, _watch.NextAttempt("n", Start.AddSeconds(61), Longest));
    }

    [Fact]
    public void Values_that_make_no_sense_are_brought_into_bounds()
    {
        var settings = HealthSettings.Read(Json.Parse("""
            {"detection": {"interval": 99999999, "node_update_timeout": -5, "recovery_conditional": "ALL_FAILED", "detection_modes": [
               {"type": "NODE_STATUS_POLLING"},
               {"type": "NODE_STATUS_POLL_URL", "options": {
                 "poll_url": "http://{host}", "poll_url_healthy_response": "(", "poll_url_retry_limit": 1000000}}]},
             "recovery": {"actions": [{"name": "REBOOT"}, {"name": "RECREATE", "params": {"a": 1}}], "fencing": ["COMPUTE"]}}
            """));

        Assert.Equal(TimeSpan.FromHours(1), settings.Interval);
        Assert.Equal(TimeSpan.Zero, settings.Grace);
        Assert.True(settings is { NeedsAll: true, AsksDriver: true, IsByEvents: false });
        Assert.Equal(20, settings.Probes[0].Retries);
        Assert.Matches(settings.Probes[0].Healthy!, "a ( b");
        Assert.Equal(["REBOOT", "RECREATE"], settings.Actions.Select(a => a.Name));
        Assert.Equal("COMPUTE", Assert.Single(settings.Fencing));
    }

    private static NodeRecord Node(string status) => new() { Id = "n", Name = "n", ProfileId = "p", DrivenPath = "n", Status = status };
}
