using Reeve.Core.Targets;

namespace Reeve.Engines.Tests.Builtin;

/// <summary>What is saved says everything: a key that is saved and opened again at random behaves as one that never was.</summary>
public sealed class SavedStateTests
{
    public static TheoryData<string, string, string> Policies => new()
    {
        { "reeve.threshold", """{"upper_bound":0.7,"lower_bound":0.2,"stability":"3s","recovery_stability":"2s"}""", "shop/web/web-1" },
        { "reeve.threshold", """{"upper_bound":0.6,"smoothing":"ewma","ewma_r":0.4,"ttl":"8s"}""", "shop/web/web-1" },
        { "reeve.threshold", """{"upper_bound":0.6,"smoothing":"mean","window":"4s","stability":"1s"}""", "shop/web/web-1" },
        { "reeve.threshold", """{"upper_bound":0.6,"smoothing":"mean","window":"4s","aggregate":"max","ttl":"5s"}""", "shop/web" },
        { "reeve.capacity", """{"stability":"3s"}""", "shop/web" },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void A_key_that_is_saved_and_opened_again_behaves_as_if_it_never_was(string type, string properties, string path)
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            var (steady, restarted) = (new KeyHarness(type, properties, path), new KeyHarness(type, properties, path));
            var random = new Random(seed);
            for (var i = 0; i < 120; i++)
            {
                var step = Step(random, i);
                var (expected, said) = (step(steady), step(restarted));

                // the first answer after an opening is always said, so a restarted key may say more; never less, never another
                Assert.All(expected, word => Assert.Contains(word, said));
                Assert.Equal(KeyHarness.Text(steady.Instance.Save()), KeyHarness.Text(restarted.Instance.Save()));
                Assert.Equal(steady.Instance.NextTimer, restarted.Instance.NextTimer);
                Assert.Equal(steady.Instance.IsIdle, restarted.Instance.IsIdle);
                if (random.Next(4) == 0)
                {
                    restarted.Restart();
                }
            }
        }
    }

    [Fact]
    public void A_heartbeat_saves_what_it_was_opened_with()
    {
        for (var seed = 1; seed <= 25; seed++)
        {
            var key = new KeyHarness("reeve.heartbeat", """{"ttl":"4s"}""", seed % 2 == 0 ? "shop/web" : "shop/web/web-1");
            var random = new Random(seed);
            for (var i = 0; i < 120; i++)
            {
                Step(random, i)(key);
                key.Restart();
            }
        }
    }

    private static Func<KeyHarness, List<string>> Step(Random random, int i)
    {
        var member = $"shop/web/web-{random.Next(1, 4)}";
        var metric = random.NextDouble();
        var age = random.Next(3);
        var state = (TargetState)random.Next(7);
        var second = i * 0.7;
        return random.Next(7) switch
        {
            0 => key => key.At(second),
            1 => key => key.Tick(),
            2 => key => key.Event(metric, key.Input(null).Facts.Target.Kind == "instance" ? null : member, age: age),
            3 => key => key.Beat(key.Input(null).Facts.Target.Kind == "instance" ? null : member),
            4 => key => key.State(state.ToString().ToLowerInvariant(), key.Input(null).Facts.Target.Kind == "instance" ? null : member),
            5 => key =>
            {
                key.Put(member, "instance", state, key.Now);
                return [];
            }
            ,
            _ => key => [.. key.At(second), .. key.Event(metric, key.Input(null).Facts.Target.Kind == "instance" ? null : member)],
        };
    }
}
