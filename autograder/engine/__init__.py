"""The processes that grade: who starts them, who asks them, and what stands in where nothing can be forked."""
