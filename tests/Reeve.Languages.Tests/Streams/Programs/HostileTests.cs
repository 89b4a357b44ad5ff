using Reeve.Languages.Streams;
using Reeve.Languages.Streams.Events;
using Reeve.Languages.Streams.Running;
using Reeve.Languages.Streams.Values;
using Reeve.TestKit;

namespace Reeve.Languages.Tests.Streams.Programs;

public sealed class HostileTests
{
    private static readonly string[] Pieces =
    [
        "(", ")", "[", "]", "{", "}", "#{", "#(", "\"", "\\", "'", "@", "^", "`", "~", "#_", ";", "\n", " ", "where", "by", "fn", "let",
        "loop",
        "recur", "emit", "metric", ":host", "1", "1/2", "1/0", "%", "&", "nil", "(where (> metric 1) emit)", "#\"[\"", "##Inf", "\\u00",
        "catch",
    ];

    [Fact]
    [Trait("Kind", Fuzz.Kind)]
    public void Whatever_the_text_compiling_ends_with_a_program_or_with_problems()
    {
        var random = new Random(Fuzz.Seed(20261121));
        for (var round = 0; round < Fuzz.Rounds(4000); round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => Pieces[random.Next(Pieces.Length)] + " "));
            var program = StreamProgram.Compile(text, new StreamOptions(), out var problems);
            Assert.True(program is null == problems.Count > 0, text);
            Assert.All(problems, p => Assert.True(p.Line > 0 && p.Column > 0 && p.Message.Length > 0));
        }
    }

    [Theory]
    [InlineData("(")]
    [InlineData("[[")]
    [InlineData("(fn [] ")]
    [InlineData("'")]
    [InlineData("(-> 1 ")]
    public void Nesting_without_end_is_a_problem_and_not_the_end_of_the_process(string piece)
    {
        Assert.Null(StreamProgram.Compile(string.Concat(Enumerable.Repeat(piece, 50_000)), new StreamOptions(), out var problems));
        Assert.NotEmpty(problems);
    }

    [Fact]
    public void All_problems_of_a_file_are_told_at_once()
    {
        const string text = """
            (let [a (rat 5 emit)]
              (streams (whree true a)
                (over emit)
                (smap inc)))
            (moving-event-window)
            """;
        Assert.Null(StreamProgram.Compile(text, new StreamOptions(), out var problems));
        Assert.Equal(
            [
                "1:10: there is no `rat`; did you mean `rate`?", "2:13: there is no `whree`; did you mean `where`?",
                "5:1: `moving-event-window` takes at least 1 arguments, found 0",
            ],
            problems.Select(p => p.ToString()));
    }

    [Fact]
    public void A_child_that_always_throws_costs_its_brothers_nothing()
    {
        var program = StreamProgram.Compile("(sdo (smap (fn [e] (throw (Exception. \"no\")))) emit)", new StreamOptions(), out _)!;
        var (sent, heard) = (0, 0);
        var instance = program.Open((_, _) => sent++, warn: _ => heard++);
        for (var i = 0; i < 100; i++)
        {
            instance.Send(new StreamEvent { Service = "a" });
        }

        Assert.Equal((100, 100), (sent, heard));
    }

    [Fact]
    public void What_is_kept_has_a_limit()
    {
        var program = StreamProgram.Compile("(by :host (moving-event-window 100 emit))", new StreamOptions(), out _)!;
        var instance = program.Open((_, _) => { }, limits: new StreamLimits { Kept = 1000 });
        var stopped = Assert.Throws<StreamLimitException>(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                instance.Send(new StreamEvent { Host = $"h{i}" });
            }
        });
        Assert.Equal("more than 1000 events are kept", stopped.Message);
    }

    [Theory]
    [InlineData("(fn [e] (loop [v []] (recur (conj v (range 1000)))))")]
    [InlineData("(fn [e] (loop [] (recur)))")]
    [InlineData("(fn [e] (count (range)))")]
    [InlineData("(fn [e] (vec (iterate inc 0)))")]
    [InlineData("(fn [e] (reduce + (cycle [1 2])))")]
    [InlineData("(fn [e] (loop [m {}] (recur (assoc m m m))))")]
    [InlineData("(fn [e] (while true (emit e)))")]
    [InlineData("(fn [e] (every! 0 0 (fn [] (emit 1))) (once! 5 (fn [] 1)))")]
    public void A_program_that_would_not_end_is_stopped(string text)
    {
        var program = StreamProgram.Compile(text, new StreamOptions(), out var problems)!;
        Assert.Empty(problems);
        var instance = program.Open((_, _) => { });
        Assert.Throws<StreamLimitException>(() =>
        {
            instance.Send(new StreamEvent());
            instance.AdvanceTo(10);
        });
    }

    [Fact]
    public void Many_timers_that_are_due_together_each_send_what_they_may()
    {
        var program = StreamProgram.Compile("(by :host (stable 5 :state emit))", new StreamOptions(), out _)!;
        var sent = 0;
        var instance = program.Open((_, _) => sent++, limits: new StreamLimits { Sent = 10 });
        for (var i = 0; i < 100; i++)
        {
            instance.Send(new StreamEvent { Host = $"h{i}", Time = StreamNumber.Of(1L) });
        }

        instance.AdvanceTo(10);
        Assert.Equal(100, sent);
    }

    [Theory]
    [InlineData("(System/exit 0)")]
    [InlineData("(slurp \"/etc/passwd\")")]
    [InlineData("(Thread/sleep 1000)")]
    [InlineData("(fn [e] (spit \"/tmp/x\" e))")]
    [InlineData("(fn [e] (.exec (Runtime/getRuntime) \"id\"))")]
    [InlineData("(fn [e] (eval (read-string (:description e))))")]
    [InlineData("(future (loop [] (recur)))")]
    [InlineData("(fn [e] (java.io.File. \"/etc\"))")]
    [InlineData("(fn [e] (clj-http.client/get \"http://127.0.0.1\"))")]
    [InlineData("(fn [e] (.getClass e))")]
    [InlineData("(fn [e] (Class/forName \"java.lang.Runtime\"))")]
    [InlineData("(fn [e] (resolve 'slurp))")]
    public void What_reaches_out_is_refused_with_its_place(string text)
    {
        Assert.Null(StreamProgram.Compile(text, new StreamOptions(), out var problems));
        Assert.All(problems, p => Assert.True(p is { Line: 1, Column: > 0 }));
    }

    [Fact]
    public void What_is_made_for_one_event_has_a_limit_in_bytes()
    {
        var program = StreamProgram.Compile("(fn [e] (loop [v []] (recur (conj v (vec (range 1000))))))", new StreamOptions(), out _)!;
        var instance = program.Open((_, _) => { }, limits: new StreamLimits { Bytes = 5_000_000, Steps = int.MaxValue });
        var stopped = Assert.Throws<StreamLimitException>(() => instance.Send(new StreamEvent()));
        Assert.Equal("more than 5000000 bytes were made for one event", stopped.Message);
    }

    [Fact]
    public void What_one_event_takes_has_a_limit_in_time()
    {
        var program = StreamProgram.Compile("(fn [e] (loop [] (recur)))", new StreamOptions(), out _)!;
        var limits = new StreamLimits { Steps = int.MaxValue, Time = TimeSpan.FromMilliseconds(50) };
        var stopped = Assert.Throws<StreamLimitException>(() => program.Open((_, _) => { }, limits: limits).Send(new StreamEvent()));
        Assert.Equal("one event took longer than 0.05 seconds", stopped.Message);
    }

    [Fact]
    public void The_timers_that_wait_have_a_limit()
    {
        var program = StreamProgram.Compile("(fn [e] (dotimes [i 200] (once! 5 (fn [] 1))))", new StreamOptions(), out _)!;
        var instance = program.Open((_, _) => { }, limits: new StreamLimits { Tasks = 100 });
        var stopped = Assert.Throws<StreamLimitException>(() => instance.Send(new StreamEvent()));
        Assert.Equal("more than 100 timers wait", stopped.Message);
    }

    [Theory]
    [InlineData("(loop [] (if (recur) 1 2))")]
    [InlineData("(loop [i 0] (inc (recur 1)))")]
    [InlineData("(loop [i 0] (do (recur 1) 5))")]
    [InlineData("(loop [i 0] (let [a (recur 1)] 2))")]
    [InlineData("(loop [i 0] [(recur 1)])")]
    [InlineData("(loop [i 0] (and (recur 1) true))")]
    public void Going_back_from_the_middle_of_something_is_a_problem(string text)
    {
        Assert.Null(StreamProgram.Compile($"(fn [e] {text})", new StreamOptions(), out var problems));
        Assert.Contains("`recur` stands only where it is the last thing", Assert.Single(problems).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_sent_for_one_event_has_a_limit()
    {
        var program = StreamProgram.Compile("(fn [e] (doseq [i (range 100000)] (emit i)))", new StreamOptions(), out _)!;
        Assert.Throws<StreamLimitException>(() => program.Open((_, _) => { }).Send(new StreamEvent()));
    }
}
