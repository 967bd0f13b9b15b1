"""What can go wrong with training."""

from app.kernel.errors import AppError, Conflict, Invalid, Unavailable


class NothingToLearn(Conflict):
    """There is neither an accepted correction nor an FAQ."""

    code = "nothing_to_learn"


class TrainingNotSetUp(Conflict):
    """No base model is configured, or the environment that trains is missing."""

    code = "training_not_set_up"


class TrainerDied(Unavailable):
    """The trainer's process ended without a word, for example for lack of memory; worth another try."""

    code = "trainer_died"


class TrainingRefused(AppError):
    """The trainer named a reason that trying again would not change."""

    code, status = "training_failed", 409

    def __init__(self, detail: str):
        super().__init__()
        self.detail = detail


class TrainingDiverged(TrainingRefused):
    """The loss became infinite or ran away."""

    code = "training_diverged"


class DatasetDamaged(TrainingRefused):
    """The rows are missing, empty, too long, or not those of the version they claim to be."""

    code = "dataset_damaged"


class BaseModelMissing(TrainingRefused):
    """There is no model where the settings say."""

    code = "base_model_missing"


class BaseModelIncomplete(TrainingRefused):
    """Files of the base model are missing or cut off."""

    code = "base_model_incomplete"


class BaseModelPickle(TrainingRefused):
    """The base model's weights are pickles, which run code when loaded."""

    code = "base_model_pickle"


class BaseModelUnknown(TrainingRefused):
    """A kind of model nobody here can train without running its own code."""

    code = "base_model_unknown"


class BaseModelChanged(TrainingRefused):
    """The base's weights are not those a run's checkpoints were made on."""

    code = "base_model_changed"


class BaseModelNoTemplate(TrainingRefused):
    """The base model does not say how turns are written."""

    code = "base_model_no_template"


class DiskFull(TrainingRefused):
    """There is no room for a checkpoint."""

    code = "training_disk_full"


class RunNotRunning(Conflict):
    """Only a waiting or running run can be paused."""

    code = "run_not_running"


class TrainerIncomplete(TrainingRefused):
    """A library is missing in the environment that trains."""

    code = "trainer_incomplete"


class OutOfMemory(TrainingRefused):
    """The model and a batch don't fit."""

    code = "training_out_of_memory"


class NothingForStage(TrainingRefused):
    """The dataset has no row of the kind the stage learns from."""

    code = "nothing_for_stage"


class MethodNeedsGpu(TrainingRefused):
    """The method needs a GPU and a library for it, and this machine lacks one of them."""

    code = "method_needs_gpu"


class StartUnfit(TrainingRefused):
    """The version a run should go on from does not fit its base model or method."""

    code = "start_unfit"


class SoftPromptNotServed(Conflict):
    """No model server takes what prompt and prefix tuning make."""

    code = "soft_prompt_not_served"


class ModelNotServed(Conflict):
    """A whole model needs a server of its own, which nobody has named yet or which does not answer."""

    code = "model_not_served"


class AdapterDamaged(TrainingRefused):
    """The adapter's files are not those that were made."""

    code = "adapter_damaged"


class AdapterNotServed(Conflict):
    """The model server did not take the adapter, or there is none configured."""

    code = "adapter_not_served"


class AdapterUnfit(Conflict):
    """The adapter is not for the model that is served, or of a rank the server was not started for."""

    code = "adapter_unfit"

    def __init__(self, said: str):
        super().__init__(said=said)


class RunNotCutOff(Conflict):
    """Only a failed or cancelled run can be resumed."""

    code = "run_not_cut_off"


class RunNotSucceeded(Conflict):
    """Only a succeeded run has an adapter."""

    code = "run_not_succeeded"


class TrainingFileUnreadable(Invalid):
    """The file is neither JSON nor JSON lines, is empty, or has too many rows."""

    code = "training_file_unreadable"


class TrainingFileTooLarge(Invalid):
    """More than one import takes."""

    code, status = "training_file_too_large", 413


class MaterialDecided(Conflict):
    """The row has been accepted or rejected already."""

    code = "material_decided"


class DatasetWithdrawn(Conflict):
    """A customer of this version has been erased; build the next one."""

    code = "dataset_withdrawn"


class OwnMaterial(Conflict):
    """Somebody else must look at what one said oneself."""

    code = "own_material"


class MappingUnreadable(Invalid):
    """The mapping names neither turns nor question and answer, or is no JSON."""

    code = "mapping_unreadable"


class NoTeacher(Conflict):
    """There is no such model to ask, or its server does not answer."""

    code = "no_teacher"


class TeacherUnavailable(Unavailable):
    """The teacher failed many times in a row; what it said before is kept."""

    code = "teacher_unavailable"


class NothingToJudge(Conflict):
    """There is no question to ask of the model."""

    code = "nothing_to_judge"


class NothingToCompare(Conflict):
    """The evaluation is not done, or both models gave the same answers."""

    code = "nothing_to_compare"


class ComparisonClosed(Conflict):
    """No more votes are taken."""

    code = "comparison_closed"


class ResultCovered(Conflict):
    """Whoever knows the result cannot judge blindly any more."""

    code = "result_covered"
