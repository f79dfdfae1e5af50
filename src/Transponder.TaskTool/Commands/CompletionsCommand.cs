using System.CommandLine;

namespace Transponder.TaskTool.Commands;

/// <summary><c>completions</c>: the script that makes a shell complete this tool's commands and options.</summary>
internal static class CompletionsCommand
{
    private const string Bash = """
        # Put this into ~/.bashrc:  source <(transponder-task completions bash)
        _transponder_task() {
            local IFS=$'\n'
            COMPREPLY=($(compgen -W "$("${COMP_WORDS[0]}" "[suggest:${COMP_POINT}]" "${COMP_LINE}" 2>/dev/null)" -- "${COMP_WORDS[COMP_CWORD]}"))
        }
        complete -o default -F _transponder_task transponder-task
        """;

    private const string Zsh = """
        # Put this into ~/.zshrc, after compinit:  source <(transponder-task completions zsh)
        _transponder_task() {
            local -a found
            found=("${(@f)$("${words[1]}" "[suggest:${#BUFFER}]" "$BUFFER" 2>/dev/null)}")
            compadd -a found
        }
        compdef _transponder_task transponder-task
        """;

    private const string Fish = """
        # Put this into ~/.config/fish/completions/transponder-task.fish:  transponder-task completions fish
        function __transponder_task_complete
            set -l line (commandline -cp)
            transponder-task "[suggest:"(string length -- "$line")"]" "$line" 2>/dev/null
        end
        complete -c transponder-task -a '(__transponder_task_complete)'
        """;

    public static Command Create()
    {
        var shell = new Argument<string>("shell") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completions", "Write the script that completes commands and options in a shell.") { shell };
        command.SetAction(arguments =>
        {
            Console.Out.WriteLine(
                arguments.GetValue(shell) switch
                {
                    "bash" => Bash,
                    "zsh" => Zsh,
                    _ => Fish,
                }
            );
            return ExitCode.Ok;
        });
        return command;
    }
}
