using System.Diagnostics;
using System.Text;
using Reeve.Languages.Rego.Compiler;
using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Bench.Rows;

/// <summary>What a decision in Rego costs in process on one core, and what compiling many rules does.</summary>
internal sealed class RegoDecisions : IMeasurement
{
    private const string EmcoPolicy = """
        package emco
        actionRequired if {
            input.agentSpec.agentId == "EMCOTEST"
            input.event.metric == "memory_usage_bytes"
            some item in input.event.value.items
            to_number(item.value) > 999999999
        }
        """;

    private const string UserPolicy = """
        package access
        allow if {
            data.users[input.user].active
            "role-3" in data.users[input.user].roles
        }
        """;

    /// <inheritdoc/>
    public string Name => "rego";

    /// <inheritdoc/>
    public Task<IReadOnlyList<Figure>> MeasureAsync(Effort effort, Action<string> say, CancellationToken cancellationToken)
    {
        var emco = Compile(EmcoPolicy).Document("emco/actionRequired");
        var arrived = EmcoInput();
        var read = new EvaluationInput { Input = Read(arrived) };
        var whole = Measure(effort, () => emco.Evaluate(new EvaluationInput { Input = Read(arrived) }, cancellationToken));
        say($"EMCO, {arrived.Length} bytes of input");
        var only = Measure(effort, () => emco.Evaluate(read, cancellationToken));
        var roles = Compile(RolePolicy()).Document("roles/allow");
        var asked = new EvaluationInput { Input = Read("{\"user\":\"user-7\",\"action\":\"act-5\",\"resource\":\"r-507\"}"u8.ToArray()) };
        var granted = Measure(effort, () => roles.Evaluate(asked, cancellationToken));
        say("1,000 rules");
        var users = Compile(UserPolicy).Document("access/allow");
        var known = new EvaluationInput { Input = Read("{\"user\":\"user-53\"}"u8.ToArray()), Data = Read(Users()) };
        var found = Measure(effort, () => users.Evaluate(known, cancellationToken));
        say("10 MB of data");
        var text = ManyRules();
        var compiled = Enumerable.Range(0, effort.Runs).Select(_ =>
        {
            var started = Stopwatch.GetTimestamp();
            Compile(text);
            return Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        }).ToArray();
        IReadOnlyList<Figure> figures =
        [
            new Figure("Rego, EMCO's sample policy, the input read from UTF-8 and decided", "µs", whole.Micros)
            {
                Reach = 3, Note = $"{arrived.Length} bytes of input, one core; {whole.Bytes} bytes allocated a decision",
            },
            new Figure("– decided only", "µs", only.Micros) { Note = $"{only.Bytes} bytes allocated a decision" },
            new Figure("Rego, a decision by 1,000 rules of roles", "µs", granted.Micros)
            {
                Note = $"{granted.Bytes} bytes allocated a decision",
            },
            new Figure("Rego, a decision over 10 MB of data", "µs", found.Micros) { Note = $"{found.Bytes} bytes allocated a decision" },
            new Figure("Rego, parsing and compiling 10,000 rules", "ms", compiled),
        ];
        return Task.FromResult(figures);
    }

    private static (double[] Micros, long Bytes) Measure(Effort effort, Action decide)
    {
        var count = effort.Quick ? 50_000 : 300_000;
        for (var warm = 0; warm < 3; warm++)
        {
            Run(decide, count / 3);
            Thread.Yield();
        }

        var runs = new double[effort.Runs];
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var run = 0; run < runs.Length; run++)
        {
            runs[run] = Run(decide, count);
        }

        return (runs, (GC.GetAllocatedBytesForCurrentThread() - before) / ((long)count * runs.Length));
    }

    private static double Run(Action decide, int count)
    {
        var started = Stopwatch.GetTimestamp();
        for (var at = 0; at < count; at++)
        {
            decide();
        }

        return Stopwatch.GetElapsedTime(started).TotalMicroseconds / count;
    }

    private static RegoProgram Compile(string text)
    {
        var parsed = RegoModule.Parse(text, "bench.rego", RegoVersion.V1);
        var outcome = RegoProgram.Compile([parsed.Module ?? throw new InvalidOperationException(parsed.Errors[0].ToString())], new());
        return outcome.Program ?? throw new InvalidOperationException(outcome.Errors[0].ToString());
    }

    private static Value Read(byte[] json) => ValueJson.Read(json, ValueLimits.Default, out _)!;

    private static byte[] EmcoInput()
    {
        var text = new StringBuilder(
            "{\"agentSpec\":{\"agentId\":\"EMCOTEST\",\"name\":\"agent\"},\"event\":{\"id\":\"event1\",\"metric\":\"memory_usage_bytes\"," +
            "\"value\":{\"kind\":\"MetricValueList\",\"items\":[");
        for (var at = 0; at < 8; at++)
        {
            text.Append(at == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture,
                $"{{\"describedObject\":{{\"kind\":\"Pod\",\"name\":\"pod-{at}\"}},\"metricName\":\"mem\"," +
                $"\"value\":\"{(at == 7 ? 1999999999 : 99999)}\"}}");
        }

        return Encoding.UTF8.GetBytes(text.Append("]}}}").ToString());
    }

    private static string RolePolicy()
    {
        var text = new StringBuilder("package roles\ndefault allow := false\n");
        for (var at = 0; at < 1000; at++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture,
                $"allow if {{ input.user == \"user-{at % 100}\"; input.action == \"act-{at / 100}\"; " +
                $"startswith(input.resource, \"r-{at}\") }}\n");
        }

        return text.ToString();
    }

    private static string ManyRules()
    {
        var text = new StringBuilder("package many\n");
        for (var at = 0; at < 10_000; at++)
        {
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"r{at} if {{ input.a == {at}; x := input.b[_]; x > {at} }}\n");
        }

        return text.ToString();
    }

    private static byte[] Users()
    {
        var text = new StringBuilder("{\"users\":{");
        for (var at = 0; at < 75_000; at++)
        {
            text.Append(at == 0 ? "" : ",").Append(System.Globalization.CultureInfo.InvariantCulture,
                $"\"user-{at}\":{{\"active\":true,\"mail\":\"user-{at}@example.com\"," +
                $"\"roles\":[\"role-{at % 50}\",\"role-{at % 7}\"],\"team\":\"t{at}\",\"place\":\"building {at % 9}, floor {at % 5}\"}}");
        }

        return Encoding.UTF8.GetBytes(text.Append("}}").ToString());
    }
}
