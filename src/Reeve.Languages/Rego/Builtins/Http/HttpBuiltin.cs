using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Builtins.Http;

/// <summary>Requests over HTTP, when the evaluation may reach the network.</summary>
internal static class HttpBuiltin
{
    private const string Name = "http.send";

    private const int MostRetries = 10;

    private const int LargestBody = 16 * 1024 * 1024;

    public static IEnumerable<Builtin> All { get; } =
    [
        new()
        {
            Name = Name, Parameters = [RegoType.Object], Result = RegoType.Object, Deterministic = false,
            Invoke = static (context, operands) => Send(context, Operand.Object(operands, 0, Name)),
        },
    ];

    private static Value Send(BuiltinContext context, ObjectValue request)
    {
        var raises = request.Get("raise_error") switch
        {
            null => true,
            BooleanValue flag => flag.Boolean,
            _ => throw Operand.Failed($"{Name}: invalid value for raise_error field"),
        };
        try
        {
            HttpRequestOperand.Check(request, Name);
            var key = (Name, request);
            if (!context.Cache.TryGetValue(key, out var known))
            {
                known = Perform(context, HttpPlan.Read(request));
                context.Cache[key] = known;
            }

            return (Value)known;
        }
        catch (BuiltinException e) when (!raises && !e.Halts)
        {
            return Refused("eval_http_send_internal_error", e.Message);
        }
        catch (Exception e) when (e is HttpRequestException or IOException)
        {
            return raises ? throw Operand.Failed($"{Name}: {e.Message}") : Refused("eval_http_send_network_error", e.Message);
        }
    }

    private static ObjectValue Refused(string code, string message) => Fields(
        ("status_code", NumberValue.Of(0)),
        ("error", Fields(("code", StringValue.Of(code)), ("message", StringValue.Of(message)))));

    private static ObjectValue Perform(BuiltinContext context, HttpPlan plan)
    {
        if (!context.AllowNetwork)
        {
            throw Operand.Failed($"{Name}: unallowed host: {plan.Address.Host}");
        }

        HttpCache.Kept? known = null;
        if (plan.CacheKey is { } asked && HttpCache.Shared.Find(asked) is { } kept)
        {
            if (context.Time < kept.Ends)
            {
                return kept.Answer;
            }

            known = kept.CanBeAsked ? kept : null;
        }

        using var handler = plan.Handler();
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestBody };
        for (var attempt = 0; ; attempt++)
        {
            using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.Cancellation);
            limit.CancelAfter(plan.Timeout < context.TimeLeft ? plan.Timeout : context.TimeLeft);
            try
            {
                using var message = plan.Message();
                known?.Ask(message);
                using var answer = client.Send(message, HttpCompletionOption.ResponseContentRead, limit.Token);
                if (known is not null && answer.StatusCode == HttpStatusCode.NotModified)
                {
                    HttpCache.Shared.Renew(known, answer, context.Time);
                    return known.Answer;
                }

                var made = Answer(answer, plan);
                if (plan.CacheKey is { } key)
                {
                    HttpCache.Shared.Keep(key, made, answer, plan.Forced, context.Time);
                }

                return made;
            }
            catch (HttpRequestException) when (attempt < Math.Min(plan.Retries, MostRetries))
            {
                // the next attempt may do better
            }
            catch (OperationCanceledException) when (!context.Cancellation.IsCancellationRequested)
            {
                // it may be the evaluation that is out of time
                context.Check();
                throw new HttpRequestException($"{plan.Method} {plan.Address}: request timed out");
            }
        }
    }

    private static ObjectValue Answer(HttpResponseMessage answer, HttpPlan plan)
    {
        using var stream = answer.Content.ReadAsStream();
        using var bytes = new MemoryStream();
        stream.CopyTo(bytes);
        var text = Encoding.UTF8.GetString(bytes.ToArray());
        var kind = answer.Content.Headers.TryGetValues("Content-Type", out var kinds) ? string.Join(' ', kinds) : "";
        Value? body = null;
        if (plan.DecodesJson || kind.Contains("application/json", StringComparison.Ordinal))
        {
            body = ValueJson.Read(text, ValueLimits.Default, out _);
        }
        else if (plan.DecodesYaml || kind.Contains("application/yaml", StringComparison.Ordinal)
            || kind.Contains("application/x-yaml", StringComparison.Ordinal))
        {
            body = ValueYaml.Read(text, ValueLimits.Default, out _);
        }

        var code = (int)answer.StatusCode;
        return Fields(
            ("status", StringValue.Of($"{code} {answer.ReasonPhrase}".TrimEnd())),
            ("status_code", NumberValue.Of(code)),
            ("body", body ?? NullValue.Instance),
            ("raw_body", StringValue.Of(text)),
            ("headers", Headers(answer.Headers, answer.Content.Headers)));
    }

    private static ObjectValue Headers(params ReadOnlySpan<HttpHeaders> all)
    {
        var shown = new ObjectBuilder(8);
        foreach (var headers in all)
        {
            foreach (var (name, values) in headers.NonValidated)
            {
                shown.Set(StringValue.Of(name.ToLowerInvariant()), ArrayValue.Of(values.Select(Value (one) => StringValue.Of(one))));
            }
        }

        return shown.ToObject();
    }

    private static ObjectValue Fields(params ReadOnlySpan<(string Name, Value Value)> fields)
    {
        var members = new ObjectBuilder(fields.Length);
        foreach (var (name, value) in fields)
        {
            members.Set(StringValue.Of(name), value);
        }

        return members.ToObject();
    }
}
