using System.Text;
using System.Text.RegularExpressions;
using Reeve.Flexera.Credentials;
using Reeve.Flexera.Evaluation;
using Reeve.Flexera.Network;
using Reeve.Flexera.Requests;
using Reeve.Flexera.Scripts;
using Reeve.Flexera.Terms;
using Reeve.Languages.Data;
using Reeve.Languages.Data.Rows;
using Reeve.Languages.PolicyTemplates;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Flexera.Datasources;

/// <summary>What the evaluation of a datasource needs from its run.</summary>
internal sealed record DatasourceTools(
    PolicyTemplate Template, Sender Sender, Signers? Signers, ScriptCalls Scripts, RunOptions Options, RowSpool Spool);

/// <summary>Evaluates one datasource, in any of its forms.</summary>
internal sealed class DatasourceRun(Definition block, int order, TermScope scope, DatasourceTools tools)
{
    private const int MostIterations = 1_000_000;
    private const int AtOnce = 8;

    private readonly string _name = block.Label!;
    private readonly ResultReader _result = new(
        block.Field("request")?.Body is null ? null : block.Field("result"), IsPlain(block) ? tools.Spool : null);

    /// <exception cref="EvaluationFault">It failed.</exception>
    public async Task<object?> EvaluateAsync(CancellationToken cancellationToken)
    {
        if (block.Value("iterate") is not { } iterate)
        {
            var only = await OneAsync(scope, 0, cancellationToken);
            return only.Form is not null ? only.Form.Value : RowCollector.Packed(tools.Spool, Whole(only));
        }

        var items = Guarded(iterate.At, () => TermValue.EvaluateAll(iterate, scope));
        if (items.Count > MostIterations)
        {
            throw Fault(iterate.At, $"more than {MostIterations} items to iterate");
        }

        var all = new RowCollector(tools.Spool);
        var together = new InOrder<Output>(output => AddTo(all, output));
        await Parallel.ForEachAsync(
            items.Select((item, index) => (item, index)),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (one, token) => together.Done(
                one.index, await OneAsync(scope with { IterItem = one.item, IterIndex = one.index }, one.index, token)));
        return all.Finish();
    }

    // nothing but the whole body is asked for, once
    private static bool IsPlain(Definition block) => block.Field("iterate") is null
        && block.Field("request") is { } request && request.Field("pagination") is null && request.Field("run_script") is null;

    private async Task<Output> OneAsync(TermScope inside, int iteration, CancellationToken cancellationToken)
    {
        if (block.Field("run_script") is { } run)
        {
            return new Output(new Formed(await RunAsync(run, inside, cancellationToken)));
        }

        if (block.Field("request") is not { } request)
        {
            return new Output(new Formed(Guarded(block.At, () => ResultReader.Fields(block, inside))));
        }

        var plan = request.Field("run_script") is { } script
            ? await RequestByScriptAsync(script, inside, cancellationToken)
            : Guarded(request.At, () => RequestReader.Read(request, inside, tools.Options.Compat));

        // a block that the text names was looked for when it was compiled; published scripts name some that are not there
        var paging = plan.Pagination is { } name && tools.Template.Block("pagination", name) is { } pagination
            ? new Paging(pagination, _result.IsXml) : null;
        return await PagesAsync(plan, paging, inside, request, iteration, cancellationToken);
    }

    private async Task<Output> PagesAsync(
        RequestPlan first, Paging? paging, TermScope inside, Definition request, int iteration, CancellationToken cancellationToken)
    {
        var isFlat = _result.Shape == ResultShape.Collect
            || (_result.Shape == ResultShape.Body && paging is not null && block.Field("iterate") is null);
        var output = new Output(paging is not null, isFlat ? new RowCollector(tools.Spool) : null);
        var plan = first;
        while (true)
        {
            var (sentTo, answer) = await SendAsync(plan, first, request, iteration, cancellationToken);
            if (answer.Status is < 200 or >= 300)
            {
                return output;
            }

            var place = $"{plan.Verb} {sentTo.AbsoluteUriAsWritten()}: ";
            var opened = Guarded(request.At, () => _result.Open(answer, inside), place);
            output.Add(Guarded(request.At, () => _result.Read(opened)));
            if (paging is null || Guarded(request.At, () => paging.Next(plan, sentTo, answer, opened)) is not var (next, marker))
            {
                return output;
            }

            plan = next;
            inside = inside with { Marker = marker };
        }
    }

    private async Task<(Uri SentTo, Answer Answer)> SendAsync(
        RequestPlan plan, RequestPlan first, Definition request, int iteration, CancellationToken cancellationToken)
    {
        var address = Guarded(request.At, () => plan.Address);
        var draft = new Outgoing(plan.Verb, address);
        foreach (var (name, value) in plan.Headers)
        {
            draft.Set(name, value);
        }

        if (plan.BodyFields is not null || plan.Body is not null)
        {
            draft.Body = Encoding.UTF8.GetBytes(plan.BodyFields is { } fields ? JsonData.Write(fields) : plan.Body!);
            if (draft.Header("Content-Type") is null && (plan.BodyFields is not null || plan.Body!.TrimStart() is ['{' or '[', ..]))
            {
                draft.Set("Content-Type", "application/json");
            }
        }

        // a page elsewhere gets no credentials
        var sign = plan.Auth is { } auth && tools.Signers is { } signers
            && IsTrusted(first.Address, address)
            ? (Outgoing signed, CancellationToken token) => signers.SignAsync(auth, signed, token)
            : (Func<Outgoing, CancellationToken, Task>?)null;
        var said = $"{plan.Verb} {address.AbsoluteUriAsWritten()}";
        try
        {
            var answer = await tools.Sender.SendAsync(
                draft, sign, plan.IgnoredStatuses, new RequestPlace(_name, order, iteration), cancellationToken);
            return answer.Status is >= 200 and < 300 || plan.IgnoredStatuses.Contains(answer.Status)
                ? (address, answer)
                : throw new EvaluationFault($"datasource `{_name}`: {said}: HTTP status {answer.Status}{Excerpt(answer)}")
                {
                    Datasource = _name,
                    Status = answer.Status,
                    Line = request.At.Line,
                };
        }
        catch (SigningFault fault)
        {
            throw new EvaluationFault($"datasource `{_name}`: {said}: {fault.Message}")
            {
                Datasource = _name,
                Credentials = fault.Credentials,
                Line = request.At.Line,
            };
        }
        catch (TrafficFault fault)
        {
            throw Fault(request.At, $"{said}: {fault.Message}");
        }
    }

    // the host itself, a host below it, or the one that everything is sent to
    private bool IsTrusted(Uri first, Uri next) => Sender.IsSameHost(first, next)
        || (next.Scheme == first.Scheme && !char.IsAsciiDigit(first.Host[^1])
            && next.IdnHost.EndsWith("." + first.IdnHost, StringComparison.OrdinalIgnoreCase))
        || (tools.Options.HttpTo is { } instead && Sender.IsSameHost(instead, next));

    private string Excerpt(Answer answer)
    {
        // secrets first: half of one is one too
        var text = string.Concat(tools.Sender.Clean(answer.Text).Trim().Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length == 0 ? "" : $": {(text.Length > 300 ? text[..300] + "…" : text)}";
    }

    private async Task<RequestPlan> RequestByScriptAsync(Definition script, TermScope inside, CancellationToken cancellationToken)
    {
        var made = await RunAsync(script, inside, cancellationToken);
        return Guarded(script.At, () => RequestReader.Read(made, tools.Options.Compat));
    }

    private async Task<object?> RunAsync(Definition run, TermScope inside, CancellationToken cancellationToken)
    {
        var arguments = Guarded(run.At, () => run.Arguments.Skip(1)
            .Select(a => Values.Plain(TermValue.Packed(a, inside))).ToList());
        var (value, error) = await tools.Scripts.RunAsync(run, arguments, cancellationToken);
        return error is null ? value : throw Fault(run.At, error);
    }

    private object? Whole(Output output) => output.Rows is { } rows ? rows.Finish()
        : output.IsPaged ? output.Pages
        : output.Pages.Count > 0 ? output.Pages[0] : _result.Nothing;

    private void AddTo(RowCollector all, Output output)
    {
        if (output.Form is not null)
        {
            all.Add(output.Form.Value is RowList inner ? inner.Whole : output.Form.Value);
        }
        else if (output.Rows is { } rows)
        {
            all.AddAll(rows.Finish());
        }
        else if (_result.Shape == ResultShape.Body && output.IsPaged && output.Pages.Count > 0
            && output.Pages.TrueForAll(p => p is List<object?>))
        {
            all.Add(output.Pages.SelectMany(p => (List<object?>)p!).ToList());
        }
        else
        {
            output.Pages.ForEach(all.Add);
        }
    }

    private T Guarded<T>(SourcePoint at, Func<T> evaluate, string place = "")
    {
        try
        {
            return evaluate();
        }
        catch (TermFault fault)
        {
            throw Fault(at, place + fault.Message);
        }
        catch (RegexMatchTimeoutException)
        {
            throw Fault(at, place + "a text takes too long to match");
        }
    }

    private EvaluationFault Fault(SourcePoint at, string message) =>
        new($"datasource `{_name}`: {message}") { Datasource = _name, Line = at.Line };

    /// <summary>What one iteration made: pages of answers, their rows put together, or a value of another form.</summary>
    private sealed class Output(bool isPaged, RowCollector? rows)
    {
        public Output(Formed form)
            : this(false, null) => Form = form;

        public bool IsPaged => isPaged;

        public RowCollector? Rows => rows;

        public List<object?> Pages { get; } = [];

        public Formed? Form { get; }

        public void Add(object? page)
        {
            if (rows is null)
            {
                Pages.Add(page);
            }
            else
            {
                rows.AddAll(page);
            }
        }
    }

    private sealed record Formed(object? Value);
}
