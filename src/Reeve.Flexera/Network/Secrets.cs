using System.Buffers;

namespace Reeve.Flexera.Network;

/// <summary>The texts that must appear nowhere; known only while a template is evaluated.</summary>
internal sealed class Secrets
{
    /// <summary>What stands in their place.</summary>
    public const string Removed = "(removed)";

    // shorter ones would tear holes into texts that have nothing to do with them
    private const int Shortest = 4;

    // up to here a secret may be a part of other words, and is one only where it stands alone
    private const int Wordlike = 8;

    private readonly Lock _lock = new();
    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private Forms _everywhere = Forms.None;
    private Forms _inData = Forms.None;

    /// <summary>Is there anything that data must not hold?</summary>
    public bool AreInData => _inData.Texts.Length > 0;

    /// <summary>Keeps a secret and the forms in which it travels. A parameter's value is removed from messages and traffic, and stays in
    /// the <paramref name="data"/>, where the template may well mean it.</summary>
    public void Add(string? secret, bool data = true)
    {
        if (secret is not { Length: >= Shortest })
        {
            return;
        }

        lock (_lock)
        {
            if (!_known.Add(secret))
            {
                return;
            }

            var forms = SecretForms.Of(secret);
            _everywhere = _everywhere.With(forms);
            if (data && (secret.Length >= 12 || (secret.Length >= Wordlike && secret.Any(char.IsAsciiDigit))))
            {
                _inData = _inData.With(forms);
            }
        }
    }

    /// <summary>For messages and traffic.</summary>
    public string Remove(string text) => _everywhere.Remove(text);

    /// <summary>For what services answered: only what cannot be there by chance.</summary>
    public string RemoveFromData(string text) => _inData.Remove(text);

    /// <summary>Does data hold a secret that <see cref="RemoveFromData"/> would remove?</summary>
    public bool AreIn(ReadOnlySpan<char> data) => _inData.AreIn(data);

    private sealed class Forms
    {
        private readonly SearchValues<string> _search;

        private Forms(string[] texts) => (Texts, _search) = (texts, SearchValues.Create(texts, StringComparison.Ordinal));

        public static Forms None { get; } = new([]);

        // the longest first: one may hold another
        public string[] Texts { get; }

        public Forms With(IEnumerable<string> more) =>
            new([.. Texts.Concat(more).Distinct(StringComparer.Ordinal).OrderByDescending(t => t.Length)]);

        public bool AreIn(ReadOnlySpan<char> text) => Texts.Length > 0 && text.ContainsAny(_search);

        public string Remove(string text)
        {
            if (!AreIn(text))
            {
                return text;
            }

            foreach (var form in Texts)
            {
                text = form.Length >= Wordlike ? text.Replace(form, Removed, StringComparison.Ordinal) : RemoveAlone(text, form);
            }

            return text;
        }

        private static string RemoveAlone(string text, string form)
        {
            for (var at = text.IndexOf(form, StringComparison.Ordinal); at >= 0;)
            {
                var end = at + form.Length;
                var isAlone = (at == 0 || !char.IsLetterOrDigit(text[at - 1])) && (end == text.Length || !char.IsLetterOrDigit(text[end]));
                text = isAlone ? $"{text[..at]}{Removed}{text[end..]}" : text;
                at = text.IndexOf(form, isAlone ? at + Removed.Length : end, StringComparison.Ordinal);
            }

            return text;
        }
    }
}
