using Reeve.Languages.Rego.Evaluation;
using Reeve.Languages.Rego.Syntax;
using Reeve.Languages.Rego.Values;

namespace Reeve.Languages.Rego.Compiler;

/// <summary>The code of all rules of a program, with or without the steps that tell a tracer.</summary>
internal sealed class CodeSet
{
    private readonly CompiledNode[] _nodes;

    private CodeSet(Compilation compilation)
    {
        _nodes = new CompiledNode[compilation.Nodes.Count];
        foreach (var node in compilation.Nodes)
        {
            _nodes[node.Id] = new CompiledNode(node.Id, node.Name, node.Path)
            {
                Arity = node.Arity,
                IsPartial = node.IsPartial,
                IsPartialSet = node.IsPartialSet,
                HasRules = node.HasRules,
            };
        }

        foreach (var node in compilation.Nodes)
        {
            var compiled = _nodes[node.Id];
            compiled.Ordered = [.. node.Ordered.Select(child => _nodes[child.Id])];
            foreach (var (key, child) in node.Children)
            {
                compiled.Children[key] = _nodes[child.Id];
            }
        }

        Tree = new CompiledTree(_nodes[compilation.Root.Id], _nodes.Length);
    }

    public CompiledTree Tree { get; }

    public CompiledNode this[RuleNode node] => _nodes[node.Id];

    public static CodeSet Generate(Compilation compilation, bool traced)
    {
        var codes = new CodeSet(compilation);
        foreach (var node in compilation.Nodes)
        {
            codes.Generate(compilation, node, traced);
        }

        return codes;
    }

    private void Generate(Compilation compilation, RuleNode node, bool traced)
    {
        var compiled = _nodes[node.Id];
        var entries = new List<IndexBuilder.Entry>();
        foreach (var info in node.Rules)
        {
            var rule = Generate(compilation, info, info.Rewritten!, compiled, traced, out var conditions);
            if (info.Source.IsDefault)
            {
                compiled.Default = rule;
            }
            else
            {
                entries.Add(new(rule, rule.Else is null ? conditions : []));
            }
        }

        compiled.Rules = [.. entries.Select(entry => entry.Rule)];
        compiled.Index = IndexBuilder.Build(entries);
        var constant = compiled.Rules.Length > 0 ? compiled.Rules[0].Constant : null;
        compiled.StopsEarly = constant is not null &&
            Array.TrueForAll(compiled.Rules, rule => rule.Else is null && rule.Constant is { } other && other.Equals(constant));
    }

    private CompiledRule Generate(
        Compilation compilation,
        RuleInfo info,
        RewrittenRule rule,
        CompiledNode node,
        bool traced,
        out List<IndexBuilder.Condition> conditions)
    {
        var generator = new CodeGenerator(compilation, this, Math.Max(node.Arity, 0), traced);
        generator.Parameters(rule.Parameters);
        generator.Body(rule.Body);
        var compiled = new CompiledRule { Name = node.Name, Location = rule.Source.Location };
        compiled.Code.Sink = SinkOf(rule, node, generator, compiled);
        if (traced)
        {
            compiled.Code.Sink = new TraceExitSink(compiled.Code.Sink, node.Name, rule.Source.Location);
        }

        compiled.Code.Steps = generator.TakeSteps();
        compiled.FrameSize = generator.FrameSize;
        node.FrameSize = Math.Max(node.FrameSize, generator.FrameSize);
        conditions = generator.Conditions;
        if (rule.Else is not null)
        {
            compiled.Else = Generate(compilation, info, rule.Else, node, traced, out _);
        }

        return compiled;
    }

    private static Sink SinkOf(RewrittenRule rule, CompiledNode node, CodeGenerator generator, CompiledRule compiled)
    {
        var key = rule.Key is null ? null : generator.Value(rule.Key);
        var value = key is not null ? null : generator.Value(rule.Value ?? new ScalarTerm(BooleanValue.True, rule.Source.Location));
        var location = rule.Source.Location;
        if (!node.IsPartial)
        {
            compiled.Constant = (value as ConstantNode)?.Value;
            return new ValueSink(value!, node.IsFunction, location);
        }

        return node.IsPartialSet
            ? new MemberSink(key!)
            : new EntrySink(node.Path, [.. rule.Tail.Select(generator.Value)], key, value, location);
    }
}
