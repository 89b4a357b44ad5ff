using System.Text;
using Reeve.Languages.PolicyTemplates.Syntax;

namespace Reeve.Languages.PolicyTemplates.Format;

/// <summary>
/// One way to write a template: two spaces for each level, one space between words and after commas, at most one empty line.
/// Lines stay lines, comments stay where they are, strings and heredocs keep every character.
/// </summary>
public static class TemplateFormat
{
    /// <summary>The text in that form; null when it cannot be read, and then the errors say why.</summary>
    public static (string? Text, IReadOnlyList<TemplateError> Errors) Format(string text)
    {
        var problems = new Problems();
        if (Encoding.UTF8.GetByteCount(text) > PolicyTemplate.LongestText)
        {
            problems.Add(
                new SourcePoint(1, 1), "Template too large", $"the template has more than {PolicyTemplate.LongestText} bytes",
                "make it smaller");
            return (null, problems.Sorted);
        }

        TemplateParser.Parse(text, problems);
        if (problems.Count > 0)
        {
            return (null, problems.Sorted);
        }

        var (tokens, comments) = Lexer.Read(text, problems);
        return (new Writer(tokens, comments).Write(), []);
    }

    private sealed class Writer(IReadOnlyList<Token> tokens, IReadOnlyList<Comment> comments)
    {
        private readonly StringBuilder _text = new();
        private readonly Stack<int> _levels = [];
        private int _comment;
        private int _lastLine = 1;

        // the level of a line is that of what is open when it begins
        private int Level => _levels.TryPeek(out var level) ? level : 0;

        public string Write()
        {
            var line = new List<Token>();
            foreach (var token in tokens)
            {
                if (token.Kind is TokenKind.Newline or TokenKind.End && token.Text != ";")
                {
                    WriteLine(line, token);
                    line.Clear();
                }
                else
                {
                    line.Add(token);
                }
            }

            CommentsBefore(int.MaxValue);
            return _text.ToString();
        }

        private void WriteLine(List<Token> line, Token end)
        {
            if (line.Count == 0)
            {
                return;
            }

            CommentsBefore(line[0].Offset);
            Gap(line[0].At.Line);
            var level = LevelOf(line);
            var isIf = line[0].IsWord("if");
            Indent(level);
            for (var i = 0; i < line.Count; i++)
            {
                if (i > 0 && NeedsSpace(line[i - 1], line[i]))
                {
                    _text.Append(' ');
                }

                _text.Append(line[i].Text);
                if (Opens(line, i) && !(isIf && line[i].IsWord("do")))
                {
                    // several openers of one line indent once
                    _levels.Push(level + 1);
                }
                else if (Closes(line[i]))
                {
                    _levels.TryPop(out _);
                }
            }

            // a comment at the end of a line belongs to it
            while (_comment < comments.Count && comments[_comment].Offset < end.Offset + 1)
            {
                _text.Append(' ').Append(comments[_comment++].Text);
            }

            _text.Append('\n');
            _lastLine = end.At.Line;
            foreach (var heredoc in line.Where(t => t.Kind == TokenKind.Heredoc))
            {
                _text.Append(heredoc.Body).Append('\n');
                _lastLine = heredoc.BodyLine + heredoc.Body.Count(c => c == '\n');
            }
        }

        // what a line closes before it says anything else stands where the line stands that opened it
        private int LevelOf(List<Token> line)
        {
            if (line[0].IsWord("else") || line[0].IsWord("elsif"))
            {
                return Level - 1;
            }

            var closed = line.TakeWhile(Closes).Count();
            return closed == 0 || _levels.Count == 0 ? Level : _levels.ElementAt(Math.Min(closed, _levels.Count) - 1) - 1;
        }

        private static bool Closes(Token token) => token.IsMark(")") || token.IsMark("]") || token.IsMark("}") || token.IsWord("end");

        private static bool Opens(List<Token> line, int at) =>
            line[at].IsMark("(") || line[at].IsMark("[") || line[at].IsMark("{") || line[at].IsWord("do")
            || (line[at].IsWord("if") && (at == 0 || line[at - 1].Text == ";"));

        private void CommentsBefore(int offset)
        {
            while (_comment < comments.Count && comments[_comment].Offset < offset)
            {
                var comment = comments[_comment++];
                Gap(comment.At.Line);
                Indent(Level);
                _text.Append(comment.Text).Append('\n');
                _lastLine = comment.At.Line;
            }
        }

        private void Gap(int line)
        {
            if (line > _lastLine + 1 && _text.Length > 0)
            {
                _text.Append('\n');
            }
        }

        private void Indent(int level) => _text.Append(' ', Math.Max(level, 0) * 2);

        private static bool NeedsSpace(Token before, Token token)
        {
            if (token.Kind == TokenKind.Newline || token.IsMark(",") || token.IsMark(")") || before.IsMark("("))
            {
                return false;
            }

            // elsewhere white space may carry meaning (`a -1`, `x /y/`): what was apart stays apart, what was together stays together
            return before.IsMark(",") || before.Kind is TokenKind.Newline || token.IsSpaced;
        }
    }
}
